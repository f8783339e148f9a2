//! Files appear whole or not at all.

use super::{example, read, written};
use oxigraph::io::RdfFormat;
use standpoint::export::{Content, Export, Format};
use std::fs;
use std::io::Read;
use std::path::Path;
use tempfile::TempDir;

fn export(format: Format) -> Export {
    Export::of_triples(example(), format).unwrap()
}

/// Names of what is in a directory, hidden files too.
fn listing(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_file_is_put_in_place_and_replaced() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("out.ttl");
    fs::write(&path, "what was there").unwrap();
    export(Format::Turtle).save(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), written(example(), Format::Turtle));
    assert_eq!(listing(directory.path()), ["out.ttl"]);
}

#[test]
fn a_compressed_file_is_the_same_each_time() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("out.nt.gz");
    export(Format::NTriples).save(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text, written(example(), Format::NTriples));
    export(Format::NTriples).save(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

// Elsewhere there are neither these permissions nor links that everybody may make.
#[cfg(unix)]
#[test]
fn permissions_are_kept_and_links_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let directory = TempDir::new().unwrap();
    let (path, link) = (directory.path().join("out.ttl"), directory.path().join("link.ttl"));
    let ordinary = directory.path().join("ordinary");
    fs::write(&ordinary, "").unwrap();
    export(Format::Turtle).save(&path).unwrap();
    assert_eq!(mode(&path), mode(&ordinary), "as any new file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("out.ttl", &link).unwrap();
    export(Format::Turtle).save(&link).unwrap();
    assert_eq!(mode(&path), 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());

    let dangling = directory.path().join("dangling.ttl");
    symlink("later.ttl", &dangling).unwrap();
    export(Format::Turtle).save(&dangling).unwrap();
    assert!(fs::symlink_metadata(&dangling).unwrap().is_symlink());
    assert!(directory.path().join("later.ttl").is_file());
}

#[test]
fn no_place_to_write() {
    let directory = TempDir::new().unwrap();
    let error = export(Format::Turtle).save(directory.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot write `{}`: it is a directory", directory.path().display())
    );
    assert_eq!(error.help().unwrap(), "name a file in it");

    let path = directory.path().join("absent/out.ttl");
    let error = export(Format::Turtle).save(&path).unwrap_err();
    let parent = directory.path().join("absent");
    let expected =
        format!("cannot write `{}`: the directory `{}` does not exist", path.display(), parent.display());
    assert_eq!(error.to_string(), expected);
    assert!(listing(directory.path()).is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn devices_are_written_to_and_not_replaced() {
    export(Format::Turtle).save(Path::new("/dev/null")).unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let error = export(Format::Turtle).save(Path::new("/dev/full")).unwrap_err();
    assert_eq!(error.to_string(), "cannot write to `/dev/full`: no space left on device");
}

#[test]
fn rdf_xml_says_what_it_has_no_names_for() {
    let said = |turtle: &str| {
        let triples = read(turtle, RdfFormat::Turtle);
        for format in Content::Graph.formats().filter(|format| *format != Format::RdfXml) {
            assert!(Export::of_triples(triples.clone(), format).is_ok(), "{format}");
        }
        Export::of_triples(triples, Format::RdfXml).err().map(|error| error.to_string())
    };
    assert_eq!(
        said("<a:a> <http://e.org/p?q=1&r=> 1 .").unwrap(),
        "RDF/XML cannot carry the property <http://e.org/p?q=1&r=>: its end cannot be the name of an XML element"
    );
    assert!(said("<a:a> a <http://e.org/> .").unwrap().contains("the class <http://e.org/>"));
    assert!(said("<a:a> <http://e.org/12.3-> 1 .").unwrap().contains("cannot be the name"));
    let li = "<a:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#li> 1 .";
    assert!(said(li).unwrap().ends_with("there it is a word of its syntax"));
    for turtle in
        ["<a:a> <http://e.org/1x-> 1 .", "<a:a> <http://e.org/é> 1 .", "<a:a> <urn:x:y> <http://e.org/> ."]
    {
        assert_eq!(said(turtle), None, "{turtle}");
    }
}

#[test]
fn what_a_format_cannot_carry_is_said_up_front() {
    let triples = read(r#"<http://a> <http://b> "bell \u0007" ."#, RdfFormat::Turtle);
    let error = Export::of_triples(triples.clone(), Format::RdfXml).err().unwrap();
    assert_eq!(error.to_string(), r#"RDF/XML cannot carry the character U+0007 in the text "bell \u{7}""#);
    assert!(Export::of_triples(triples, Format::JsonLd).is_ok());

    let spaced = oxrdf::NamedNode::new_unchecked("http://a b");
    let triple = oxrdf::Triple::new(spaced.clone(), spaced.clone(), spaced);
    let error = Export::of_triples([triple], Format::Turtle).err().unwrap();
    assert_eq!(error.to_string(), "cannot write `http://a b`: not an IRI");
}

#[test]
fn what_does_not_read_back_leaves_no_file() {
    // The engine takes it unchecked, every reader refuses it: not a language tag.
    let literal = oxrdf::Literal::new_language_tagged_literal_unchecked("x", "not_a_tag");
    let node = oxrdf::NamedNode::new_unchecked("http://example.org/a");
    let triple = oxrdf::Triple::new(node.clone(), node, literal);
    let directory = TempDir::new().unwrap();
    for format in Content::Graph.formats() {
        let path = directory.path().join("out");
        let export = Export::of_triples([triple.clone()], format).unwrap();
        let error = export.save(&path).unwrap_err().to_string();
        let start = format!("the {format} output does not read back as the same graph: ");
        assert!(error.starts_with(&start), "{error}");
        let mut stream = Vec::new();
        assert!(export.send("stream", &mut stream).is_err());
        assert!(stream.is_empty(), "nothing unreadable leaves");
        assert!(listing(directory.path()).is_empty());
    }
}
