select * from {{ source('extracted', 'run_history') }}
