//! What a browser shows: views, the report, the server.
//!
//! A view draws plain facts as HTML: a position in one place, an issue in one, an actor in one. The report puts
//! them on one page, the server on an address each; [`view::Links`] says where a thing is found.
//! Facts come from `analysis` and `audit`: no SPARQL is written here, and nothing is decided.

pub mod cells;
pub mod http;
pub mod pictures;
pub mod report;
pub mod view;
