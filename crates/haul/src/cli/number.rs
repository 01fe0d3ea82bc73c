//! Numbers on the command line.

/// Reads a finite number from `LEAST` to `MOST`.
pub(super) fn within<const LEAST: i32, const MOST: i32>(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if (f64::from(LEAST)..=f64::from(MOST)).contains(&v) => Ok(v),
        _ => Err(format!("expected a number from {LEAST} to {MOST}")),
    }
}

/// Reads a whole number from `LEAST` to `MOST`.
pub(super) fn whole<const LEAST: u32, const MOST: u32>(text: &str) -> Result<u32, String> {
    match text.parse::<u32>() {
        Ok(v) if (LEAST..=MOST).contains(&v) => Ok(v),
        _ => Err(format!("expected a whole number from {LEAST} to {MOST}")),
    }
}

/// Reads a seed.
pub(super) fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a whole number from 0 to {}", u64::MAX))
}

/// Lets every option of a command and of its subcommands take a negative number as its value. Otherwise `--depth -1` would
/// be two options for clap, and the message would not name the range.
pub(super) fn with_negative_numbers(command: clap::Command) -> clap::Command {
    let takes_value = |arg: &clap::Arg| arg.get_long().is_some() && arg.get_action().takes_values();
    command
        .mut_args(|arg| if takes_value(&arg) { arg.allow_negative_numbers(true) } else { arg })
        .mut_subcommands(with_negative_numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_finite_and_in_range() {
        assert_eq!(within::<-40, 40>("-10"), Ok(-10.0));
        for text in ["nan", "inf", "41", "ten", ""] {
            assert!(within::<-40, 40>(text).is_err(), "{text}");
        }
    }
}
