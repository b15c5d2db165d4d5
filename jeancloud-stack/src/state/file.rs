//! [`FileStore`]: state in a folder: `state.json`, `journal.jsonl` and `lock`.
