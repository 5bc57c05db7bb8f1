//! By what a person said which database is meant, so that messages speak of that.

/// What names the database of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// `--database`
    Flag,
    /// `OPWRIGHT_DATABASE`
    Variable,
    /// Nothing: it is the file that is called as the service.
    Nothing,
}

/// The variable of the environment that names a database.
const VARIABLE: &str = "OPWRIGHT_DATABASE";

/// The variable, if it is set.
pub(crate) fn variable(env: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    env(VARIABLE)
}

impl Named {
    /// What names a database, if the option or the variable says one.
    pub(crate) fn of(option: Option<&str>, variable: Option<&str>) -> Self {
        match (option, variable) {
            (Some(_), _) => Named::Flag,
            (None, Some(_)) => Named::Variable,
            (None, None) => Named::Nothing,
        }
    }

    /// Where the address stands.
    pub(crate) fn place(self) -> String {
        match self {
            Named::Flag | Named::Nothing => format!("after {}", self.by()),
            Named::Variable => format!("in {}", self.by()),
        }
    }

    /// What to change to name another one.
    pub(crate) fn by(self) -> String {
        match self {
            Named::Flag | Named::Nothing => "`--database`".to_owned(),
            Named::Variable => format!("`{VARIABLE}`"),
        }
    }

    /// How another one is named.
    pub(crate) fn naming(self, database: &str) -> String {
        match self {
            Named::Flag | Named::Nothing => format!("`--database {database}`"),
            Named::Variable => format!("`{VARIABLE}={database}`"),
        }
    }
}
