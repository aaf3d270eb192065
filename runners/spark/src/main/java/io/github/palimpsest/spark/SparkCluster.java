package io.github.palimpsest.spark;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.execution.cluster.Cluster;
import io.github.palimpsest.execution.cluster.LostWorkerException;
import io.github.palimpsest.execution.cluster.WorkerEnd;
import io.github.palimpsest.execution.cluster.WorkerOrder;
import io.github.palimpsest.execution.cluster.WorkerTalk;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A Spark cluster. Each order is a job with one task, so Spark finds a place for it, and another if
 * its executor is lost.
 */
final class SparkCluster implements Cluster {
  private static final int CONNECT_MILLIS = 10_000;
  private static final String STANDALONE = "spark://";

  private final JavaSparkContext spark;

  private SparkCluster(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * Opens a cluster.
   *
   * @throws PalimpsestException if it cannot be reached, or if a setting is wrong
   */
  static SparkCluster open(String address, Map<String, String> settings, boolean gpus) {
    if (address.startsWith("local-cluster")) {
      requireHome();
    } else if (address.startsWith(STANDALONE)) {
      requireMaster(address);
    }
    try {
      return new SparkCluster(new JavaSparkContext(SparkSettings.of(address, settings, gpus)));
    } catch (PalimpsestException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw new PalimpsestException("Spark cannot run at " + address + ": " + reason(e), e);
    }
  }

  /** The executors of a local cluster are started from the JARs of this folder. */
  private static void requireHome() {
    String home = System.getenv("SPARK_HOME");
    if (home == null || !Files.isDirectory(Path.of(home, "jars"))) {
      throw new PalimpsestException(
          "local-cluster starts its executors from SPARK_HOME/jars, and SPARK_HOME="
              + home
              + " has none: runners/bin/palimpsest with PALIMPSEST_SPARK=1 sets it");
    }
  }

  /** Spark itself tries for a minute. */
  private static void requireMaster(String address) {
    List<String> why = new ArrayList<>();
    for (String master : address.substring(STANDALONE.length()).split(",")) {
      int colon = master.lastIndexOf(':');
      try (Socket socket = new Socket()) {
        int port = Integer.parseInt(master.substring(colon + 1));
        socket.connect(new InetSocketAddress(master.substring(0, colon), port), CONNECT_MILLIS);
        return;
      } catch (IOException | IllegalArgumentException e) {
        why.add(e.getMessage());
      }
    }
    throw new PalimpsestException(
        "no Spark master answers at " + address + ": " + String.join("; ", why));
  }

  @Override
  public WorkerEnd run(WorkerOrder order, WorkerTalk talk) throws InterruptedException {
    SparkTalk.begin(order.id(), talk);
    try {
      spark.setJobGroup(order.id(), order.about(), false);
      return spark.parallelize(List.of(order), 1).map(new WorkerTask()).collect().get(0);
    } catch (Exception e) { // Spark's own are checked ones that its methods do not declare
      if (e instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      if (spark.sc().isStopped()) {
        throw new PalimpsestException("Spark has ended the application: " + reason(e), e);
      }
      throw new LostWorkerException(reason(e), e);
    } finally {
      SparkTalk.end(order.id());
    }
  }

  /** The first line of the innermost message, without a stack trace of another machine. */
  static String reason(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String message = String.valueOf(deepest.getMessage());
    return message.lines().findFirst().orElse(deepest.getClass().getSimpleName());
  }

  @Override
  public void withdraw(WorkerOrder order) {
    spark.sc().cancelJobGroup(order.id());
  }

  @Override
  public void close() {
    spark.close();
  }
}
