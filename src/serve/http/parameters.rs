//! Parameters of an address or a form.

use super::reply::Failure;
use percent_encoding::percent_decode_str;

/// Names and values, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads what follows the question mark, or a form (`application/x-www-form-urlencoded`).
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let decoded = |part: &str| {
            let spaced = part.replace('+', " ");
            percent_decode_str(&spaced).decode_utf8().map(|text| text.into_owned()).map_err(|_| {
                Failure::bad_request("a parameter is not valid UTF-8")
                    .with_help("encode parameters as UTF-8, then with %")
            })
        };
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decoded(name)?, decoded(value)?))
        });
        Ok(Self(pairs.collect::<Result<_, Failure>>()?))
    }

    /// A query that came without a form.
    pub(super) fn query(text: String) -> Self {
        Self(vec![("query".to_owned(), text)])
    }

    /// The same, and these after them.
    pub(super) fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Whether there is one of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// All names and values, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All values of a name.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The value of a name; none also where it is empty, as forms send what nobody filled in.
    pub(super) fn once<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Failure> {
        let mut values = self.all(name);
        let value = values.next().filter(|value| !value.is_empty());
        match values.next() {
            None => Ok(value),
            Some(_) => Err(Failure::bad_request(format!("the parameter `{name}` is there more than once"))),
        }
    }
}
