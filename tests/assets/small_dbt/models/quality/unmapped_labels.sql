select * from {{ source('extracted', 'unmapped_labels') }}
