package bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Started by the first event; told of each one, by one thread. */
final class Stopwatch {
    private final long half;
    private long seen;
    private volatile long startedNs;
    private volatile long middleNs;

    Stopwatch(Task task) {
        half = task.ends().values().stream().mapToLong(Long::longValue).sum() / 2;
    }

    void saw() {
        if (seen == 0) {
            startedNs = System.nanoTime();
        }
        seen++;
        if (seen == half) {
            middleNs = System.nanoTime();
        }
    }

    /** As bench/contenders/task.py's Timed. */
    record Timed(double seconds, @JsonProperty("second_half_s") double secondHalfS, @JsonProperty("peak_mb") double peakMb) {}

    Timed stop() throws IOException {
        long now = System.nanoTime();
        return new Timed((now - startedNs) / 1e9, (now - middleNs) / 1e9, peakMb());
    }

    /** The most memory that this process ever had, which Linux tells. */
    private static double peakMb() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> Double.parseDouble(line.split("\\s+")[1]) / 1024)
                .findFirst()
                .orElse(0);
    }
}
