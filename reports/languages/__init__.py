"""Words, numbers and instants in the language of the reader; needs Babel, which the extras bring.

Words are English in the code. The others stand in catalogs, `reports/languages/locale/id.po` for those that
reports have; the live page has its own for the words that only it has (`reports.languages.catalogs`).
"""
