-- Grain: one row, the build that this file is. Empty until the build is finished: only then is it
-- one.

select
    build_id,
    run_id,
    cast(built_at as timestamp) as built_at,
    cast(documents_to_retry as integer) as documents_to_retry,
    manifest_hash,
    corrections_hash,
    code_version,
    reader_version,
    recognition_version,
    catalogue_hash,
    dbt_project_hash,
    cast(limit_megabytes as integer) as limit_megabytes,
    cast(limit_seconds as integer) as limit_seconds,
    duckdb_version,
from {{ ref('stg_build') }}
