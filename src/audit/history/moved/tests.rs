use super::*;

const OLD: &str = "\
<ex:a/position/ana-0123456789abcdef> <ex:actor> <ex:a/actor/ana> .
<ex:a/position/ana-0123456789abcdef> <ex:part> <ex:a/position/ana-0123456789abcdef-hedge-01> .
<ex:a/position/ana-0123456789abcdef> <https://w3id.org/standpoint/ns#mode> <ex:Vote> .
<ex:a/position/ana-0123456789abcdef-hedge-01> <ex:says> \"perhaps\" .
<ex:a/span/x-1-2> <ex:exact> \"no\" .
<ex:same> <ex:p> \"same\" .
";

#[test]
fn what_is_said_as_before_is_the_same() {
    let moved = |new: &str| between(OLD, new);
    assert_eq!(moved(OLD), []);
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let rebased = OLD.replace("ex:a/", "ex:b/").replace("0123456789abcdef", "fedcba9876543210");
    let expected = [
        pair("ex:a/position/ana-0123456789abcdef", "ex:b/position/ana-fedcba9876543210"),
        pair("ex:a/span/x-1-2", "ex:b/span/x-1-2"),
    ];
    assert_eq!(moved(&rebased), expected);
    assert_eq!(moved(&rebased.replace("Vote", "Demand")), expected, "another mode makes another IRI");
    assert_eq!(moved(&rebased.replace("\"no\"", "\"yes\"")), expected[..1], "other words are another span");
}

#[test]
fn what_may_be_either_is_left_out() {
    assert_eq!(between("<ex:a> <ex:p> \"x\" .\n", "<ex:b> <ex:p> \"x\" .\n<ex:c> <ex:p> \"x\" .\n"), []);
}
