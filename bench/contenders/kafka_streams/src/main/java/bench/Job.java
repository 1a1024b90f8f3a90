package bench;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The one-stage job, as bench/job.py has it: the same events in, the same bytes out. */
final class Job {
    static final int KEPT = 50;
    static final long LOOKBACK_US = 30L * 24 * 60 * 60 * 1_000_000;
    private static final int ALL = 1_000_000;

    record Event(
            String type,
            @JsonProperty("event_id") String eventId,
            @JsonProperty("company_id") String companyId,
            @JsonProperty("occurred_us") long occurredUs,
            @JsonProperty("campaign_id") String campaignId) {
        boolean isTouch() {
            return type.equals("touch");
        }
    }

    record Touch(long occurredUs, String eventId, String campaignId) {}

    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"touchId", "campaignId", "millionths"})
    record Share(String touchId, String campaignId, int millionths) {}

    @JsonPropertyOrder({"enrollment_id", "company_id", "lines"})
    record Credit(
            @JsonProperty("enrollment_id") String enrollmentId,
            @JsonProperty("company_id") String companyId,
            List<Share> lines) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader EVENTS = JSON.readerFor(Event.class);
    private static final ObjectWriter CREDITS = JSON.writerFor(Credit.class);

    private Job() {}

    static Event decoded(byte[] value) throws IOException {
        return EVENTS.readValue(value);
    }

    static List<Touch> withTouch(List<Touch> touches, Event event) {
        List<Touch> kept = new ArrayList<>(KEPT);
        kept.addAll(touches.subList(Math.max(0, touches.size() - KEPT + 1), touches.size()));
        kept.add(new Touch(event.occurredUs(), event.eventId(), event.campaignId()));
        return kept;
    }

    /** The record that an enrollment sends: the touches of its last 30 days, equally. */
    static byte[] credit(List<Touch> touches, Event event) throws JsonProcessingException {
        long end = event.occurredUs();
        long start = end - LOOKBACK_US;
        List<Touch> counting = new ArrayList<>(touches.size());
        for (Touch touch : touches) {
            if (start <= touch.occurredUs() && touch.occurredUs() <= end) {
                counting.add(touch);
            }
        }
        int count = counting.size();
        List<Share> lines = new ArrayList<>(count);
        for (int number = 0; number < count; number++) {
            Touch touch = counting.get(number);
            int share = ALL / count + (number < ALL % count ? 1 : 0);
            lines.add(new Share(touch.eventId(), touch.campaignId(), share));
        }
        return CREDITS.writeValueAsBytes(new Credit(event.eventId(), event.companyId(), lines));
    }
}
