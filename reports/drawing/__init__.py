"""Pictures as SVG text, from values and words that the caller has put into its language.

Colours and fonts come from the style sheet of whatever shows a picture, by classes. Nothing in it is told by
colour alone. The units of a picture are about those of a phone's screen, so that its words can be read there.
"""
