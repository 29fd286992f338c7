-- Grain: one row per table that is no known form.

select * from {{ ref('stg_unrecognised_tables') }}
