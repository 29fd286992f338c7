-- Grain: one row per run of the pipeline. Key: run_id.

select * from {{ source('extracted', 'run_history') }}
