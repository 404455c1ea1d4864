pip install boto3
aws configure  # set access key, secret key, and region
