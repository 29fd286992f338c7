-- Grain: one row, the build that this file is.

select * from {{ source('extracted', 'build') }}
