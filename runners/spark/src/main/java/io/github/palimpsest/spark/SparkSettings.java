package io.github.palimpsest.spark;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.execution.cluster.HostedWorker;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.storage.JavaCommand;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/** The settings of a run's Spark application. */
final class SparkSettings {
  private static final String HADOOP = "spark.hadoop.";
  private static final String GPUS_OF_TASK = "spark.task.resource.gpu.amount";
  private static final String GPUS_OF_EXECUTOR = "spark.executor.resource.gpu.amount";

  private SparkSettings() {}

  /**
   * The settings of an application: what it needs, then those of system properties, then those
   * given.
   *
   * @param gpus whether each worker needs a GPU of its own
   * @throws PalimpsestException if a given name is none of Spark's, or if a needed setting is given
   */
  static SparkConf of(String address, Map<String, String> given, boolean gpus) {
    SparkConf conf =
        new SparkConf()
            .setMaster(address)
            .setAppName("palimpsest")
            .setIfMissing("spark.ui.enabled", "false")
            // a stage that is lost three times with its machine is given up
            .setIfMissing("spark.task.maxFailures", "3")
            .setIfMissing("spark.executor.extraClassPath", classPath());
    if (gpus) {
      conf.setIfMissing(GPUS_OF_TASK, "1").setIfMissing(GPUS_OF_EXECUTOR, "1");
    }
    given.forEach(
        (key, value) -> {
          if (!key.startsWith("spark.")) {
            throw new PalimpsestException(
                "--conf " + key + ": the settings of Spark begin with 'spark.'");
          }
          conf.set(key, value);
        });
    return conf.set("spark.scheduler.mode", "FAIR")
        .set("spark.speculation", "false") // a second copy would only wait for the first
        .set("spark.plugins", SparkTalk.class.getName());
  }

  /**
   * The settings of Hadoop's file systems: those of {@code HADOOP_CONF_DIR}, then those of Spark
   * that begin with {@code spark.hadoop.}, without that.
   */
  static Configuration hadoop(SparkConf conf) {
    Configuration all = new Configuration();
    String folder = System.getenv("HADOOP_CONF_DIR");
    if (folder != null) {
      for (String name : List.of("core-site.xml", "hdfs-site.xml")) {
        all.addResource(new org.apache.hadoop.fs.Path(Path.of(folder, name).toUri()));
      }
    }
    for (Tuple2<String, String> setting : conf.getAllWithPrefix(HADOOP)) {
      all.set(setting._1(), setting._2());
    }
    return all;
  }

  /** The folder for temporary files that an executor was given, or that of its JVM. */
  static Path temporary(Map<String, String> variables, SparkConf conf) {
    String folders =
        Stream.of("LOCAL_DIRS", "SPARK_EXECUTOR_DIRS", "SPARK_LOCAL_DIRS")
            .map(name -> variables.getOrDefault(name, ""))
            .filter(value -> !value.isEmpty())
            .findFirst()
            .orElseGet(() -> conf.get("spark.local.dir", System.getProperty("java.io.tmpdir")));
    return Path.of(folders.split("[," + File.pathSeparator + "]")[0]);
  }

  /** What the executors need of this project, where it is on this machine. */
  static String classPath() {
    return Stream.of(
            SparkSettings.class,
            HostedWorker.class,
            FolderLayout.class,
            JavaCommand.class,
            Activity.class)
        .map(SparkSettings::place)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the place of " + type + " is no file", e);
    }
  }
}
