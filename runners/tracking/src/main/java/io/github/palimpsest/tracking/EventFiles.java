package io.github.palimpsest.tracking;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.summary.SummaryWriter;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.SummaryMetadata;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Writes TensorBoard's event files, one for each folder, with TensorFlow's own summary operations.
 * A graph contains a writer for each file and is fed the data to write.
 */
final class EventFiles implements AutoCloseable {
  /** The suffix of our file names, which distinguishes our files from others. */
  static final String SUFFIX = ".palimpsest";

  private static final int QUEUE = 1000;
  private static final int FLUSH_MILLIS = 60_000;

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Session session =
      new Session(graph, ConfigProto.newBuilder().putDeviceCount("GPU", 0).build());
  private final Placeholder<TInt64> step = tf.placeholder(TInt64.class);
  private final Placeholder<TString> tag = tf.placeholder(TString.class);
  private final Placeholder<TFloat32> value = tf.placeholder(TFloat32.class);
  private final Placeholder<TString> text = tf.placeholder(TString.class);
  private final Placeholder<TString> metadata = tf.placeholder(TString.class);
  private final Map<Path, Writer> writers = new HashMap<>();

  /** The operations on one file. */
  private record Writer(Op scalar, Op tensor, Op flush, Op close) {}

  /** Begins a file in a folder; TensorFlow creates the folder. */
  void open(Path folder) {
    String name = "writer" + writers.size();
    Operand<? extends TType> file = tf.summary.summaryWriter(SummaryWriter.sharedName(name));
    Op create =
        tf.summary.createSummaryFileWriter(
            file,
            tf.constant(folder.toString()),
            tf.constant(QUEUE),
            tf.constant(FLUSH_MILLIS),
            tf.constant(SUFFIX));
    session.runner().addTarget(create).run();
    writers.put(
        folder,
        new Writer(
            tf.summary.writeScalarSummary(file, step, tag, value),
            tf.summary.writeSummary(file, step, text, tag, metadata),
            tf.summary.flushSummaryWriter(file),
            tf.summary.closeSummaryWriter(file)));
  }

  /** Whether a file was begun in a folder. */
  boolean isOpen(Path folder) {
    return writers.containsKey(folder);
  }

  /** Writes a number. */
  void scalar(Path folder, String series, long at, double number) {
    try (TInt64 stepFed = TInt64.scalarOf(at);
        TString tagFed = TString.scalarOf(series);
        TFloat32 valueFed = TFloat32.scalarOf((float) number)) {
      run(writer(folder).scalar(), Map.of(step, stepFed, tag, tagFed, value, valueFed));
    }
  }

  /** Writes text with its metadata. */
  void text(Path folder, String series, long at, String content, SummaryMetadata about) {
    try (TInt64 stepFed = TInt64.scalarOf(at);
        TString tagFed = TString.scalarOf(series);
        TString textFed = TString.scalarOf(content);
        TString aboutFed = TString.tensorOfBytes(NdArrays.scalarOfObject(about.toByteArray()))) {
      run(
          writer(folder).tensor(),
          Map.of(step, stepFed, tag, tagFed, text, textFed, metadata, aboutFed));
    }
  }

  /** Flushes the written data to the operating system. */
  void flush(Path folder) {
    run(writer(folder).flush(), Map.of());
  }

  private Writer writer(Path folder) {
    Writer writer = writers.get(folder);
    if (writer == null) {
      throw new IllegalStateException("no event file was begun in " + folder);
    }
    return writer;
  }

  private void run(Op target, Map<? extends Operand<?>, ? extends Tensor> fed) {
    Session.Runner runner = session.runner().addTarget(target);
    fed.forEach(runner::feed);
    runner.run();
  }

  @Override
  public void close() {
    writers.values().forEach(w -> run(w.close(), Map.of()));
    session.close();
    graph.close();
  }
}
