package io.github.palimpsest.tracking;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.io.FifoQueue;
import org.tensorflow.op.io.QueueEnqueue;
import org.tensorflow.op.io.ReaderRead;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.tensorflow.types.TString;

/** Event files as TensorFlow's own record reader has them. */
final class RecordReader {
  private RecordReader() {}

  /** The summaries in all event files below a folder, each with its step. */
  static List<Stepped> summaries(Path root) throws IOException {
    List<Stepped> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().contains("tfevents")).sorted().toList()) {
        for (Event event : events(file)) {
          event.getSummary().getValueList().forEach(v -> all.add(new Stepped(event.getStep(), v)));
        }
      }
    }
    return all;
  }

  /**
   * A summary.
   *
   * @param step its step
   * @param value the summary
   */
  record Stepped(long step, Summary.Value value) {
    /** {@code tag@step=value} of a scalar. */
    String text() {
      return value.getTag() + "@" + step + "=" + value.getSimpleValue();
    }
  }

  /** Those of them that are scalars, as text. */
  static List<String> scalars(Path root) throws IOException {
    return summaries(root).stream()
        .filter(s -> s.value().getValueCase() == Summary.Value.ValueCase.SIMPLE_VALUE)
        .map(Stepped::text)
        .toList();
  }

  private static List<Event> events(Path file) throws InvalidProtocolBufferException {
    List<Event> events = new ArrayList<>();
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<?> reader = tf.io.tfRecordReader();
      FifoQueue queue = tf.io.fifoQueue(List.of(TString.class));
      QueueEnqueue fill = tf.io.queueEnqueue(queue, List.of(tf.constant(file.toString())));
      Op end = tf.io.queueClose(queue);
      ReaderRead read = tf.io.readerRead(reader, queue);
      session.runner().addTarget(fill).run();
      session.runner().addTarget(end).run();
      while (true) {
        try (Result record = session.runner().fetch(read.value()).run()) {
          events.add(Event.parseFrom(((TString) record.get(0)).asBytes().getObject()));
        } catch (org.tensorflow.exceptions.TFOutOfRangeException e) {
          return events; // the queue is closed and the file read
        }
      }
    }
  }
}
