"""What the notifier does where the budget does not allow an SMS."""

from earshot.alerting.alert import EMAIL_ONLY_NOTE, SMS_OVER_BUDGET, Channel, Recipients
from tests.alerting.test_dispatch import Desk
from tests.fakes import CASE


def test_an_sms_over_budget_is_not_sent_and_the_log_and_the_email_say_so():
    desk, asked = Desk(), []

    def allow(alert, now):
        asked.append(alert.channel)
        return False

    assert [alert.channel for alert in desk.notify(allow_sms=allow)] == ["email"]
    assert desk.outbox.sent == [(1, "email")]
    assert desk.outbox.alerts[0].text.startswith(f"{EMAIL_ONLY_NOTE}\n\n")
    logged = {alert["channel"]: alert.get("held_back") for alert in desk.store.alerts[CASE].values()}
    assert logged == {"sms": SMS_OVER_BUDGET, "email": None}
    assert asked == ["sms"]
    assert desk.notify(allow_sms=allow) == []


def test_an_email_that_is_retried_says_so_too():
    desk = Desk()
    desk.outbox.failing.add("email")
    desk.notify(allow_sms=lambda alert, now: False)
    desk.outbox.failing.clear()
    desk.notify()
    assert desk.outbox.sent == [(1, "email")]
    assert desk.outbox.alerts[0].text.startswith(EMAIL_ONLY_NOTE)


def test_an_email_besides_an_sms_does_not_mention_the_budget():
    desk = Desk()
    desk.notify()
    assert [EMAIL_ONLY_NOTE in alert.text for alert in desk.outbox.alerts] == [False, False]
    assert all("held_back" not in alert for alert in desk.store.alerts[CASE].values())


def test_the_budget_is_not_asked_where_an_sms_has_no_recipients():
    desk, asked = Desk(), []
    desk.notify(
        recipients_of=lambda rung, channel, at: Recipients(rung, () if channel is Channel.SMS else ("mia",)),
        allow_sms=lambda alert, now: asked.append(alert) or False,
    )
    assert asked == []
    assert EMAIL_ONLY_NOTE not in desk.outbox.alerts[0].text


def test_the_notification_log_has_the_message_id():
    desk = Desk()
    desk.notify(publish=lambda alert, at: f"id-{alert.channel}")
    assert {alert["message_id"] for alert in desk.store.alerts[CASE].values()} == {"id-sms", "id-email"}
