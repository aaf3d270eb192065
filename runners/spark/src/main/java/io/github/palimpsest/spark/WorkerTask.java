package io.github.palimpsest.spark;

import io.github.palimpsest.execution.cluster.HostedWorker;
import io.github.palimpsest.execution.cluster.ScratchWorker;
import io.github.palimpsest.execution.cluster.WorkerEnd;
import io.github.palimpsest.execution.cluster.WorkerOrder;
import io.github.palimpsest.execution.cluster.WorkerTalk;
import io.github.palimpsest.execution.remote.RemoteInputs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.resource.ResourceInformation;

/** The task of a Spark job: starts one worker and follows it to its end. */
final class WorkerTask implements Function<WorkerOrder, WorkerEnd> {
  private static final long serialVersionUID = 1L;

  @Override
  public WorkerEnd call(WorkerOrder order) throws IOException, InterruptedException {
    TaskContext task = TaskContext.get();
    List<String> options = List.of("-Dpalimpsest.threads.available=" + task.cpus());
    Map<String, String> gpus = gpus(task.resourcesJMap());
    WorkerTalk talk = SparkTalk.about(order.id());
    RemoteInputs inputs = order.inputs();
    if (inputs == null) {
      return HostedWorker.run(order, options, gpus, talk);
    }
    SparkConf conf = SparkEnv.get().conf();
    return ScratchWorker.run(
        order,
        options,
        gpus,
        talk,
        HadoopFiles.open(inputs.address(), SparkSettings.hadoop(conf)),
        SparkSettings.temporary(System.getenv(), conf));
  }

  /** The worker sees the GPUs that Spark has given to its task, numbered from 0, and no other. */
  static Map<String, String> gpus(Map<String, ResourceInformation> resources) {
    ResourceInformation gpu = resources.get("gpu");
    return gpu == null
        ? Map.of()
        : Map.of("CUDA_VISIBLE_DEVICES", String.join(",", gpu.addresses()));
  }
}
