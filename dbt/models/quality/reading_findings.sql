-- Grain: one row per doubt whether a table was read rightly.

select * from {{ ref('stg_reading_findings') }}
