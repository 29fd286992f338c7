select
    document_id,
    'major' as severity,
    description || '：相差 ' || abs(difference_yuan) || ' 元' as sentence_zh,
    description || ': a difference of ' || abs(difference_yuan) as sentence_en,
    difference_yuan,
    equation_id as finding_id,
    equation_id,
    'p1 r1 → ' || left_yuan as cells,
    1 as equations,
from {{ ref('balance_checks') }}
where verdict = 'violated'
