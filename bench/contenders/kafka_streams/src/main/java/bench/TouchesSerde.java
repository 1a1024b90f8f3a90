package bench;

import bench.Job.Touch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** A company's row: of each touch its instant, 8 bytes, and its two ids, each after a byte with its length. */
final class TouchesSerde {
    private TouchesSerde() {}

    static Serde<List<Touch>> make() {
        return Serdes.serdeFrom(
                (topic, touches) -> touches == null ? null : encoded(touches),
                (topic, bytes) -> bytes == null ? null : decoded(bytes));
    }

    private static byte[] encoded(List<Touch> touches) {
        int size = 0;
        for (Touch touch : touches) {
            size += Long.BYTES + 2 + touch.eventId().length() + touch.campaignId().length();
        }
        ByteBuffer row = ByteBuffer.allocate(size);
        for (Touch touch : touches) {
            row.putLong(touch.occurredUs());
            put(row, touch.eventId());
            put(row, touch.campaignId());
        }
        return row.array();
    }

    /** Ids are ASCII. */
    private static void put(ByteBuffer row, String id) {
        row.put((byte) id.length());
        row.put(id.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<Touch> decoded(byte[] bytes) {
        ByteBuffer row = ByteBuffer.wrap(bytes);
        List<Touch> touches = new ArrayList<>(Job.KEPT);
        while (row.hasRemaining()) {
            touches.add(new Touch(row.getLong(), taken(row), taken(row)));
        }
        return touches;
    }

    private static String taken(ByteBuffer row) {
        int length = row.get();
        String id = new String(row.array(), row.position(), length, StandardCharsets.ISO_8859_1);
        row.position(row.position() + length);
        return id;
    }
}
