package bench;

import bench.Job.Event;
import bench.Job.Touch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/** Touches are appended; an enrollment says its credit. The last event of a partition asks for a commit. */
final class CreditProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    static final String STORE = "credit";

    private final Task task;
    private final Stopwatch watch;
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<byte[], List<Touch>> kept;

    CreditProcessor(Task task, Stopwatch watch) {
        this.task = task;
        this.watch = watch;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        this.kept = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        watch.saw();
        try {
            take(record);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        RecordMetadata place = context.recordMetadata().orElseThrow();
        if (place.offset() + 1 == task.ends().get(place.partition())) {
            context.commit();
        }
    }

    private void take(Record<byte[], byte[]> record) throws IOException {
        Event event = Job.decoded(record.value());
        List<Touch> known = kept.get(record.key());
        List<Touch> touches = known == null ? List.of() : known;
        if (event.isTouch()) {
            kept.put(record.key(), Job.withTouch(touches, event));
        } else {
            context.forward(record.withValue(Job.credit(touches, event)));
        }
    }
}
