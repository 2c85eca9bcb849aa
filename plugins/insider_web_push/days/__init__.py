"""
What is judged of a day: which days and campaigns cost a call, and whether a day is all there.

    rules             what an account wants of its days
    days_to_look_at   which days a refresh looks at
    gathered_day      what is stored of a day, put together
    looks             which campaigns of a day need a call
    completeness      what a day lacks, and what may be published of it
    cost              what calls take
    handover          what the tasks of a run hand to each other
"""
