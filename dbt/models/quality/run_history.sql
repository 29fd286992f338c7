-- Grain: one row per run of the pipeline. Key: run_id.

select
    run_id,
    cast(started_at as timestamp) as started_at,
    cast(finished_at as timestamp) as finished_at,
    cast(documents as integer) as documents,
    cast(documents_read as integer) as documents_read,
    cast(documents_cached as integer) as documents_cached,
    manifest_hash,
    extractor_version,
    catalogue_hash,
    dbt_project_hash,
from {{ ref('stg_run_history') }}
