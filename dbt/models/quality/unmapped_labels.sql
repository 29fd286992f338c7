-- Grain: one row per header, row label or code that the catalogue lacks.

select * from {{ ref('stg_unmapped_labels') }}
