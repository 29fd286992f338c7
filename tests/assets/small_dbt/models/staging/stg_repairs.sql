select * from {{ source('extracted', 'repairs') }}
