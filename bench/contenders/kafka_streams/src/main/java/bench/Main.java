package bench;

import bench.Job.Touch;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Does the task that the last argument holds, "tuned" if the first says so; says its time on standard output. */
public final class Main {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Task task = JSON.readValue(arguments[arguments.length - 1], Task.class);
        boolean tuned = arguments[0].equals("tuned");
        Stopwatch watch = new Stopwatch(task);
        try (KafkaStreams streams = new KafkaStreams(topology(task, watch), settings(task, tuned))) {
            streams.setUncaughtExceptionHandler(error -> {
                error.printStackTrace();
                Runtime.getRuntime().halt(1);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            task.untilCommitted();
            System.out.println(JSON.writeValueAsString(watch.stop()));
        }
    }

    private static Topology topology(Task task, Stopwatch watch) {
        StoreBuilder<KeyValueStore<byte[], List<Touch>>> store = Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(CreditProcessor.STORE), Serdes.ByteArray(), TouchesSerde.make())
                .withCachingEnabled();
        return new Topology()
                .addSource("events", task.input())
                .addProcessor("fold", () -> new CreditProcessor(task, watch), "events")
                .addStateStore(store, "fold")
                .addSink("credit", task.output(), "fold");
    }

    /** What is not named here is Kafka Streams' default: at least once, one thread. */
    private static Properties settings(Task task, boolean tuned) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, task.name());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, task.address());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, task.dataDir());
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArray().getClass());
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArray().getClass());
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        if (tuned) {
            settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 256 << 20);
            settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 512 << 10);
            settings.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 128 << 20);
            settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10_000);
            settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 4 << 20);
        }
        return settings;
    }
}
