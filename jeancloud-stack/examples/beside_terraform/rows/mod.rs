//! The rows, by service. Each file says of its types what is changed, in both languages, and why the
//! two programs differ where they do.

mod balancers;
mod buckets;
mod certificates;
mod containers;
mod databases;
mod distributions;
mod endpoints;
mod groups;
mod identities;
mod names;
mod networks;
mod registries;
mod routes;
mod scaling;
mod secrets;
mod services;
mod targets;

use crate::table::{Row, Table};

/// All rows, by the services and names of their types.
pub fn all() -> Vec<Row> {
    let mut table = Table::default();
    for add in [
        balancers::rows,
        buckets::rows,
        certificates::rows,
        containers::rows,
        databases::rows,
        distributions::rows,
        endpoints::rows,
        groups::rows,
        identities::rows,
        names::rows,
        networks::rows,
        registries::rows,
        routes::rows,
        scaling::rows,
        secrets::rows,
        services::rows,
        targets::rows,
    ] {
        add(&mut table);
    }
    let mut rows = table.rows();
    rows.sort_by_key(|row| row.service_and_name());
    rows
}
