//! How much memory things may take.

/// Parses a number of bytes: `512M`, `16G`, `1.5GiB`.
pub fn memory(text: &str) -> Result<usize, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let power = match unit.trim().to_ascii_lowercase().trim_end_matches('b').trim_end_matches('i') {
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        _ => return Err("write a number with M or G, such as 512M or 16G".into()),
    };
    match number.parse::<f64>() {
        Ok(number) if number > 0.0 && number < 1e6 => Ok((number * 2f64.powi(power)) as usize),
        _ => Err("write a size above zero, such as 512M".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in
            [("512M", 512 << 20), ("16G", 16 << 30), ("1.5 GiB", 3 << 29), ("64kb", 64 << 10)]
        {
            assert_eq!(memory(text), Ok(bytes), "{text}");
        }
        for text in ["", "16", "G", "0G", "-1G", "1.2.3G", "9999999G", "2 hours"] {
            assert!(memory(text).is_err(), "{text}");
        }
    }
}
