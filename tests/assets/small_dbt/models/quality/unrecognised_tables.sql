select * from {{ source('extracted', 'unrecognised_tables') }}
