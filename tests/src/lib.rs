//! Nothing but tests; see `conformance/`. They stand in a package of their own, so that the
//! examples don't build what only tests need.
