"""The brands' accounts on X, and which brand a post is filed under."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.mention import Author, Mention


@dataclass(frozen=True, slots=True)
class BrandAccounts:
    """The brands on X: their configured handles and search terms, and the numbers of their accounts, if known.

    ``brands`` gives the brand of each handle in lower case; one that is missing is a brand of its own. ``terms`` gives
    the brand that each search term is for, None: the only one.
    """

    handles: Sequence[str]
    terms: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    user_ids: frozenset[str] = frozenset()
    brands: Mapping[str, str] = field(default_factory=dict[str, str])

    def owns(self, author: Author) -> bool:
        """Whether the author is one of the accounts. A recorded post may have the handle as the author's id."""
        names = {handle.lower() for handle in self.handles}
        return author.id in self.user_ids or bool(names & {(author.handle or "").lower(), author.id.lower()})

    @property
    def only_brand(self) -> str | None:
        """The brand, where there is one alone."""
        brands = {self._first_of((handle,)) for handle in self.handles}
        return brands.pop() if len(brands) == 1 else None

    def writer_of(self, mention: Mention) -> str | None:
        """The brand that wrote a post."""
        return self._first_of((mention.author.handle or "", mention.author.id.lstrip("@")))

    def brand_of_handle(self, handle: str) -> str | None:
        """The brand of one of the accounts."""
        return self._first_of((handle,))

    def first_named(self, mention: Mention) -> str | None:
        """The brand that a post names first."""
        return self._first_of(mention.handles)

    def brand_of_term_in(self, mention: Mention) -> str | None:
        """The brand of the first search term that a post contains."""
        return next((self.terms[term] or self.only_brand for term in self._terms_in(mention)), None)

    def is_named_in(self, mention: Mention) -> bool:
        """Whether the text contains one of the handles or terms."""
        return bool(self.first_named(mention)) or any(self._terms_in(mention))

    def brand_for(self, mention: Mention, feed_brand: str | None, quoted: Author | None = None) -> str:
        """The brand that a mention is filed under; ``quoted`` wrote the post that it quotes.

        It is the author for the brand's own posts; otherwise the first one in the text, the one that is quoted, that
        of the feed or term by which the mention was found, or the first one configured.
        """
        author = self._first_of((mention.author.handle or mention.author.id,)) if mention.own else None
        quoted_brand = None if quoted is None else self._first_of((quoted.handle or quoted.id,))
        first = self._first_of(self.handles[:1])
        return author or self.first_named(mention) or quoted_brand or feed_brand or first or self.handles[0]

    def brand_of_feed(self, feed: Feed) -> str | None:
        """The brand of a timeline's handle, or of a search term."""
        return self.terms.get(feed.name) if feed.kind is FeedKind.SEARCH else self._first_of((feed.name,))

    def _terms_in(self, mention: Mention) -> Iterator[str]:
        text = mention.text.casefold()
        return (term for term in self.terms if term.strip('"').casefold() in text)

    def _first_of(self, handles: Sequence[str]) -> str | None:
        """The brand of the first handle that is configured."""
        configured = {handle.lower(): self.brands.get(handle.lower(), handle) for handle in self.handles}
        return next((configured[handle.lower()] for handle in handles if handle.lower() in configured), None)
