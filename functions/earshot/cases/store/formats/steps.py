"""What every item of the case table goes through when it is read, and when it is written.

To change what is stored, write a step from the present format to the new one and append it below; keep the examples in
``tests/cases/store/formats`` as they are, and add one of the new format. Older items are then read as new ones, and are
written in the new format with their next change. An attribute that an index or a condition needs is not there before
that change: what asks for it has to do without. A projection that is decoded names ``format`` as well.
"""

from earshot.aws.formats import Formats

FORMATS = Formats("An item of the case table")
