select * from {{ source('extracted', 'build') }}
