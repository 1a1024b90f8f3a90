import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Takes the steps of a script (tests/foreign/script.py) with Kafka's own client, and writes the position of each record.
 *
 * <p>Run without compiling: java -cp 'KAFKA/*' Publish.java BROKER SCRIPT PLACES
 */
final class Publish {
    private final String broker;
    private final Map<String, Producer<byte[], byte[]>> producers = new HashMap<>();
    private final Map<String, Future<RecordMetadata>> sent = new HashMap<>();

    private Publish(String broker) {
        this.broker = broker;
    }

    public static void main(String[] arguments) throws Exception {
        Publish client = new Publish(arguments[0]);
        try {
            for (String line : Files.readAllLines(Path.of(arguments[1]))) {
                client.take(line.split("\t", -1));
            }
            Files.write(Path.of(arguments[2]), client.places());
        } catch (Exception error) {
            error.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0); // what was left open stays open, as when a machine fails
    }

    private void take(String[] words) throws Exception {
        Producer<byte[], byte[]> producer = producers.get(words[1]);
        switch (words[0]) {
            case "open" -> open(words);
            case "begin" -> producer.beginTransaction();
            case "send" -> sent.put(words[2], producer.send(record(words)));
            case "flush" -> producer.flush();
            case "commit" -> producer.commitTransaction();
            case "abort" -> producer.abortTransaction();
            case "close" -> producer.close();
            case "wait" -> Thread.sleep(Long.parseLong(words[1]));
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private void open(String[] words) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", broker, "max.request.size", 4 << 20));
        for (String setting : Arrays.asList(words).subList(2, words.length)) {
            String[] pair = setting.split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        if (settings.containsKey("transactional.id")) {
            producer.initTransactions();
        }
        producers.put(words[1], producer);
    }

    private static ProducerRecord<byte[], byte[]> record(String[] words) {
        Integer partition = words[4].equals("-") ? null : Integer.valueOf(words[4]);
        Long timestamp = words[5].equals("-") ? null : Long.valueOf(words[5]);
        byte[] value = bytes(words[7]);
        if (value != null) {
            int length = value.length;
            value = Arrays.copyOf(value, Integer.parseInt(words[8]));
            Arrays.fill(value, length, value.length, (byte) ' ');
        }
        List<Header> headers = new ArrayList<>();
        for (int at = 9; at < words.length; at += 2) {
            headers.add(new RecordHeader(new String(bytes(words[at]), StandardCharsets.UTF_8), bytes(words[at + 1])));
        }
        return new ProducerRecord<>(words[3], partition, timestamp, bytes(words[6]), value, headers);
    }

    private static byte[] bytes(String word) {
        return word.equals("-") ? null : Base64.getDecoder().decode(word);
    }

    private List<String> places() throws Exception {
        List<String> lines = new ArrayList<>();
        for (var one : sent.entrySet()) {
            RecordMetadata place = one.getValue().get();
            lines.add("%s\t%s\t%d\t%d".formatted(one.getKey(), place.topic(), place.partition(), place.offset()));
        }
        return lines;
    }
}
