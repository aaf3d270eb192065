package io.github.palimpsest.tracking;

import io.github.palimpsest.api.tracker.TrackedPoint;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/**
 * Reads event files: records of {@code length (8 bytes), its checksum (4), content, its checksum
 * (4)}, little-endian (tensorflow/core/lib/io/record_writer.h). Reading stops at an incomplete
 * record.
 */
final class EventRecords {
  private static final int HEAD = 12;
  private static final int TAIL = 4;

  private EventRecords() {}

  /** The scalars of a file, in the order in which they were written. */
  static List<TrackedPoint> scalars(Path file) {
    List<TrackedPoint> all = new ArrayList<>();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.remaining() >= HEAD) {
        long length = bytes.getLong(bytes.position());
        if (length < 0 || length > bytes.remaining() - HEAD - TAIL) {
          break;
        }
        ByteBuffer content = bytes.slice(bytes.position() + HEAD, (int) length);
        add(Event.parseFrom(content), all);
        bytes.position(bytes.position() + HEAD + (int) length + TAIL);
      }
    } catch (IOException e) { // also thrown for a record that is not an event
      throw new OutputException(file, e);
    }
    return all;
  }

  private static void add(Event event, List<TrackedPoint> all) {
    for (Summary.Value value : event.getSummary().getValueList()) {
      if (value.getValueCase() == Summary.Value.ValueCase.SIMPLE_VALUE) {
        all.add(TrackedPoint.of(event.getStep(), value.getSimpleValue()));
      }
    }
  }
}
