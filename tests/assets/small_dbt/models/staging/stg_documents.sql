select * from {{ source('extracted', 'documents') }}
