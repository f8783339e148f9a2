//! The server over TCP: the W3C's tests of the protocol, what it promises, and attacks.

#[path = "../absent/mod.rs"]
mod absent;
mod attacks;
mod client;
mod coding;
mod process;
mod promises;
mod protocol;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let ours = promises::TESTS.iter().chain(attacks::TESTS).chain(process::TESTS).chain(coding::TESTS);
    let ours = ours.map(|(name, test)| {
        Trial::test(*name, || {
            test();
            Ok(())
        })
    });
    let all = protocol::trials().into_iter().chain(ours).collect();
    libtest_mimic::run(&arguments, all).exit();
}
