//! What `--help` says.

use crate::command::args::{LISTEN, Topic};

/// The text for a topic; `program` is how the command is called.
pub(crate) fn text(topic: Topic, program: &str, service: &str, summary: &str) -> String {
    let database = format!(
        "  --database URL     sqlite:FILE or postgres://…\n                     (else OPWRIGHT_DATABASE, else sqlite:{service}.db)\n"
    );
    let serve = format!(
        "  --listen ADDR:PORT where to listen (else OPWRIGHT_LISTEN, else {LISTEN})\n  \
         --listen-anywhere  allow an address that other machines reach; calls still need a token,\n                     \
         and /tracer/ stays open to this machine alone\n  \
         --demo             fill an empty database with the `data` document, and make a token that\n                     \
         may do everything; an example does so where no database is named\n"
    );
    let json =
        "  --json             say it as JSON on standard output, {\"error\": …, \"fix\": …} if it fails\n";
    match topic {
        Topic::All => format!(
            "{program}: {summary}\n\n\
             {program} [serve]                       answer calls over HTTP\n\
             {program} demo                          serve on a database of its own, make three calls and link their paths\n\
             {program} migrate [--plan] [--back]     change the tables to what this version needs\n\
             {program} token add NAME CAPABILITY…    make a token for an agent, and print it once\n\
             {program} token list                    the tokens that there are\n\
             {program} token revoke NAME             end a token\n\
             {program} data load NAME                load a `data` document of the specs\n\
             {program} data import FILE              load rows from a JSON file\n\
             {program} verify                        see whether all rows are as the gateway left them\n\
             {program} scenario [NAME]               run the scenarios of the specs, as `cargo test` does\n\n\
             Options of all commands:\n{database}\n\
             Options of serve:\n{serve}\n\
             `migrate`, `token list` and `verify` take --json: JSON on standard output whatever comes of it,\n\
             {{\"error\": …, \"fix\": …}} if they fail.\n\n\
             `{program} COMMAND --help` says more.\n"
        ),
        Topic::Serve => format!(
            "{program} serve: answer calls over HTTP\n\n\
             An empty database is filled with the tables of the service. A database that does not fit is refused.\n\
             SIGTERM and Ctrl-C stop it: running calls are answered first; a second Ctrl-C does not wait.\n\n\
             {serve}{database}\n\
             OPWRIGHT_LOG sets what is logged to stderr, such as `debug` or `opwright_runtime=debug`.\n"
        ),
        Topic::Demo => format!(
            "{program} demo: serve on a database of its own, to look around\n\n\
             The database is a new file of SQLite in a folder of its own, which is removed at the end: nothing that\n\
             is there is touched. It is filled with the first `data` document of the specs, and calls that scenarios\n\
             make are made: a dry run, the same call kept, and one that a rule refuses. The link to the path of each is\n\
             printed, with a token that may do everything. It serves until Ctrl-C.\n\n  \
             --listen ADDR:PORT where to listen (else a free port of 127.0.0.1)\n\n\
             It takes no --database.\n"
        ),
        Topic::Migrate => format!(
            "{program} migrate: change the tables to what this version needs, in one transaction\n\n\
             What is narrower than before is asked of every row first, deleted ones included. Rows that are in the\n\
             way are counted, three are shown, and nothing is done. No table and no column that ever held\n\
             anything is dropped.\n\
             What is only wider is done while an older version serves. For any other change every service of the\n\
             database has to be stopped, and `migrate` sees to it that it is.\n\
             An older version undoes nothing that a newer one has done, unless it is told to.\n\n\
             \x20 --plan             ask the rows, print what was asked and what would be done, and change nothing\n\
             \x20 --sql              print the SQL of an empty database too, instead of a line for each table; of one that\n\
             \x20                    has tables, what changes is always printed as SQL\n\
             \x20 --back             change back what a newer version has changed; what was renamed stays so\n\
             {json}{database}"
        ),
        Topic::Verify => format!(
            "{program} verify: whether all rows are as the gateway left them\n\n\
             Reads every table in one state of the database: each value is one of its type, the rules of the resource\n\
             hold, references lead to live rows, collections are not larger than they may be, and history adds up.\n\
             The exit code is 1 if something was changed by another way. Nothing is written or made.\n\
             History does not tell what `migrate` filled in. A default is noted, but not which moment `now` was, nor\n\
             what the part of an object got: where such a value was changed by another way and the row was not written\n\
             since, that is not seen.\n\n{json}{database}"
        ),
        Topic::Scenario => format!(
            "{program} scenario: the scenarios of the specs, as `cargo test` runs them\n\n\
             {program} scenario          all of them\n\
             {program} scenario NAME     those whose names, or the names of the operations that they call, hold this text\n\n\
             Each is run on an empty database of its own: on SQLite, and on PostgreSQL if OPWRIGHT_TEST_POSTGRES says\n\
             on which server (such as postgres://postgres@127.0.0.1/postgres). Of one that fails is shown what was\n\
             expected beside what was found, its keys in the order in which they were expected, and the path of the\n\
             call. The exit code is 101 if any fails. It takes no --database.\n"
        ),
        Topic::Token => format!(
            "{program} token: who may call\n\n\
             {program} token add NAME CAPABILITY…    make a token and print it; only its SHA-256 is stored\n\
             {program} token list [--json]           names, dates and capabilities\n\
             {program} token revoke NAME             end a token\n\n\
             A running service knows a new token at once, and refuses one that has ended after 5 seconds.\n\n\
             {json}{database}"
        ),
        Topic::Data => format!(
            "{program} data: many rows at once, with history, in one transaction\n\n\
             {program} data load NAME      a `data` document of the specs\n\
             {program} data import FILE    a JSON file: {{\"resource\": [row, …], …}}\n\n\
             Rows are written as in answers, with hidden fields, and owned rows nested in their owners.\n\
             All faults of a file are reported at once, what the database has against it too, and then nothing is\n\
             written. Only how many rows an owner would have is asked behind all else.\n\n{database}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_says_what_it_does_and_what_it_takes() {
        for (topic, name, option) in [
            (Topic::Serve, "serve", "--listen"),
            (Topic::Demo, "demo", "--listen"),
            (Topic::Migrate, "migrate", "--json"),
            (Topic::Token, "token", "--json"),
            (Topic::Data, "data", "--database"),
            (Topic::Verify, "verify", "--json"),
            (Topic::Scenario, "scenario", "scenario NAME"),
        ] {
            let said = text(topic, "shop", "shop", "A shop.");
            assert!(said.starts_with(&format!("shop {name}: ")) && said.contains(option), "{said}");
            assert!(said.lines().all(|line| line.chars().count() <= 120), "{said}");
        }
    }
}
