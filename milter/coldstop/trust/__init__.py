"""What to write into `trust`: found out from received mail (`coldstop trust`).

Pure: `survey.look` reads one mail, `propose.propose` weighs many, `show` says it in words and JSON.
"""
