package io.github.palimpsest.spark;

import io.github.palimpsest.execution.cluster.WorkerTalk;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Carries the talk with workers from executors to the driver, over Spark's own connections. Created
 * by Spark in the driver and in each executor.
 */
public final class SparkTalk implements SparkPlugin {
  private static final String EVENT = "event";
  private static final String MESSAGE = "message";
  private static final String SIGNAL = "signal";

  /** In the driver: the talks with all workers, by their orders. */
  private static final Map<String, WorkerTalk> TALKS = new ConcurrentHashMap<>();

  /** In an executor: the connection to the driver. */
  private static volatile @Nullable PluginContext connection;

  /** Created by Spark. */
  public SparkTalk() {}

  /** In the driver: messages about an order are for this talk. */
  static void begin(String order, WorkerTalk talk) {
    TALKS.put(order, talk);
  }

  /** In the driver: an order has ended. */
  static void end(String order) {
    TALKS.remove(order);
  }

  /** In an executor: the talk about an order. */
  static WorkerTalk about(String order) {
    return new WorkerTalk() {
      @Override
      public void event(String line) {
        ask(order, EVENT, line);
      }

      @Override
      public void message(String line) {
        ask(order, MESSAGE, line);
      }

      @Override
      public Signal signal() {
        return Signal.valueOf(ask(order, SIGNAL, ""));
      }
    };
  }

  /** Asks for an answer to everything, so that messages arrive in order, and before the end. */
  private static String ask(String order, String kind, String text) {
    PluginContext driver = connection;
    if (driver == null) {
      throw new IllegalStateException("this process is no executor");
    }
    try {
      return (String) driver.ask(new String[] {order, kind, text});
    } catch (Exception e) {
      throw new IllegalStateException("the driver does not answer: " + e.getMessage(), e);
    }
  }

  private static String answer(String order, String kind, String text) {
    WorkerTalk talk = TALKS.get(order);
    if (talk == null) { // of a worker that was thought to be lost
      return WorkerTalk.Signal.STOP.name();
    }
    switch (kind) {
      case EVENT -> talk.event(text);
      case MESSAGE -> talk.message(text);
      default -> {
        return talk.signal().name();
      }
    }
    return "";
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Object receive(Object message) {
        String[] parts = (String[]) message;
        return answer(parts[0], parts[1], parts[2]);
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> extra) {
        connection = context;
      }
    };
  }
}
