package bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** As bench/contenders/task.py has it; `ends` says where each partition of the input ends. */
record Task(
        String address,
        String input,
        String output,
        String name,
        @JsonProperty("data_dir") String dataDir,
        Map<Integer, Long> ends) {
    private static final int LOOK_MS = 50;

    /** Return when the group has committed every event of the input. */
    void untilCommitted() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address))) {
            while (!isCommitted(committed(admin))) {
                Thread.sleep(LOOK_MS);
            }
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(Admin admin)
            throws ExecutionException, InterruptedException {
        return admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get();
    }

    private boolean isCommitted(Map<TopicPartition, OffsetAndMetadata> offsets) {
        return ends.entrySet().stream().allMatch(end -> {
            OffsetAndMetadata offset = offsets.get(new TopicPartition(input, end.getKey()));
            return offset != null && offset.offset() >= end.getValue();
        });
    }
}
