//! The words that engines reserve, so that nothing can be called by them.

use jeancloud_model::rds::Engine;

/// "SQL Key Words" of PostgreSQL's documentation, those that are reserved.
const POSTGRES: &str = "all analyse analyze and any array as asc asymmetric both case cast check \
    collate column constraint create current_catalog current_date current_role current_time \
    current_timestamp current_user default deferrable desc distinct do else end except false fetch \
    for foreign from grant group having in initially intersect into lateral leading limit localtime \
    localtimestamp not null offset on only or order placing primary references returning select \
    session_user some symmetric table then to trailing true union unique user using variadic when \
    where window with";

/// "Keywords and Reserved Words" of MySQL's documentation, those that are reserved in MariaDB too.
const MYSQL: &str = "accessible add all alter analyze and as asc asensitive before between bigint \
    binary blob both by call cascade case change char character check collate column condition \
    constraint continue convert create cross current_date current_time current_timestamp \
    current_user cursor database databases dec decimal declare default delayed delete desc describe \
    deterministic distinct distinctrow div double drop dual each else elseif enclosed escaped exists \
    exit explain false fetch float for force foreign from fulltext grant group having if ignore in \
    index infile inner inout insensitive insert int integer interval into is iterate join key keys \
    kill leading leave left like limit lines load localtime localtimestamp lock long loop match mod \
    modifies natural not null numeric on optimize option or order out outer outfile precision primary \
    procedure purge range read reads real references regexp release rename repeat replace require \
    restrict return revoke right rlike schema schemas select sensitive separator set show smallint \
    spatial specific sql starting table terminated then to trailing trigger true undo union unique \
    unlock unsigned update usage use using values varchar varying when where while with write xor \
    zerofill";

/// Whether an engine reserves a word in lower case; of the engines that are not free, nothing is
/// known here.
pub(super) fn is_reserved(engine: Engine, word: &str) -> bool {
    let words = match engine {
        Engine::Postgres => POSTGRES,
        Engine::MySql | Engine::MariaDb => MYSQL,
        _ => return false,
    };
    words.split_whitespace().any(|reserved| reserved == word)
}
