select * from {{ source('extracted', 'reading_findings') }}
